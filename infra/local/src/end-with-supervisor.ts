// Preloaded into every program that the supervisor starts; the programs themselves know nothing of it.
import { isMainThread } from 'node:worker_threads'

if (isMainThread && process.channel) {
  // The channel carries nothing: when it closes, the supervisor was killed. A service that went on alone would serve whatever
  // comes to listen where its Kafka was.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
