import { execFile } from 'node:child_process'
import { type Ended, root } from '../system.ts'

/** Runs a program in the checkout, which is the build context, and waits for it. */
export function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((done, fail) => {
    execFile(
      file,
      args,
      { cwd: root, env: { ...process.env, ...env }, maxBuffer: 256 << 20 },
      (error, stdout, stderr) => {
        if (error?.code === ('ENOENT' as never))
          fail(new Error(`${file} is not installed; these tests need docker and its plugin compose`))
        else done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr })
      },
    )
  })
}

/** What a docker command printed. @throws with all that it printed when it fails */
export async function docker(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { code, stdout, stderr } = await run('docker', args, env)
  if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`)
  return stdout.trim()
}

/** Builds one of the Dockerfile's images. */
export async function build(target: string, tag: string): Promise<void> {
  await docker(['build', '--quiet', '--target', target, '--build-arg', 'COMMIT=c0ffee0', '--tag', tag, '.'])
}
