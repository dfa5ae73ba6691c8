// Stops what a test run started when the run has ended without doing so itself: killed, Ctrl-C, out of memory. Its argument
// is the run's directory; it acts when its standard input is closed, which the death of the run does too.
import { rmSync } from 'node:fs'
import { removePostgres, stopKafkaLeftIn, stopPostgresLeftIn } from '@haven/local'
import { kafkaIn, postgresIn } from './run-directory.ts'

const directory = process.argv[2]
if (!directory) throw new Error('The reaper needs the directory of a test run.')
// Ctrl-C reaches a whole terminal; this process must outlive it.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
await new Promise(resolve => process.stdin.resume().once('close', resolve))
await Promise.all([stopPostgresLeftIn(postgresIn(directory)), stopKafkaLeftIn(kafkaIn(directory))])
removePostgres(postgresIn(directory))
rmSync(directory, { recursive: true, force: true })
