// The images' health check: node probe.mjs <url> ends with 0 when the URL answers 2xx within 2 s. Plain JavaScript, since it runs
// every few seconds and loading the type stripper would cost more than asking.
const url = process.argv[2]
try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: 'error' })
  const text = await answer.text()
  console.log(`${answer.status} ${text.slice(0, 500)}`)
  process.exitCode = answer.ok ? 0 : 1
} catch (error) {
  console.log(`${url}: ${error.cause?.code ?? error.name}`)
  process.exitCode = 1
}
