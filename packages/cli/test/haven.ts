import { runHaven } from '../src/index.ts'

/** Calls the command in this process, with an environment of the test's own. */
export async function haven(env: Record<string, string>, ...args: string[]) {
  const [out, notes]: [string[], string[]] = [[], []]
  const code = await runHaven(args, {
    env,
    cwd: '/',
    showsProgress: false,
    out: line => out.push(line),
    note: line => notes.push(line),
  })
  return { code, out: out.join('\n'), notes: notes.join('\n') }
}
