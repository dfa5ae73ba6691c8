import { runHaven } from './program.ts'

// Whoever reads the answer may stop reading (`haven … | head`): the work still goes on to its end.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', error => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  })
}

process.exitCode = await runHaven(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  showsProgress: true,
  out: line => process.stdout.write(`${line}\n`),
  note: line => process.stderr.write(`${line}\n`),
})
