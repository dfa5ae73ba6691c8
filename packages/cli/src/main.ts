import { runHaven } from './program.ts'

const unread = new AbortController()
// Whoever reads the answer may stop reading (`haven … | head`): work that has an effect still goes on to its end, what only shows ends.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', error => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
    unread.abort()
  })
}

process.exitCode = await runHaven(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  showsProgress: true,
  width: process.stdout.isTTY ? process.stdout.columns : undefined,
  unread: unread.signal,
  out: line => process.stdout.write(`${line}\n`),
  note: line => process.stderr.write(`${line}\n`),
})

// Its answer is given: a connection that a library has left open must not hold the command.
setTimeout(() => process.exit(), 2_000).unref()
