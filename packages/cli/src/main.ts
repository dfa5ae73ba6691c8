import { runHaven } from './program.ts'

process.exitCode = await runHaven(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  showsProgress: true,
  out: line => process.stdout.write(`${line}\n`),
  note: line => process.stderr.write(`${line}\n`),
})
