import type { RunFile } from './run-file.ts'
import { services } from './services.ts'
import { display, type State } from './state.ts'

/** What is printed once everything runs: where it is, how to get a token, three things to try. */
export function report(run: RunFile, state: State, seconds: string): string {
  const { gateway, intake } = run.services
  const file = display(state.run)
  const secret = (client: string) => `$(jq -r .clients.${client}.secret ${file})`
  const token = (client: string, service: string) =>
    `curl -s -u "${client}:${secret(client)}" -d grant_type=client_credentials -d resource=urn:haven:${service} ${run.tokenEndpoint} | jq -r .access_token`
  const urls = services.map(({ name }) => [name, `${run.services[name].url}/docs`])
  const rows = [
    ...urls,
    ['OpenID provider', run.issuer],
    ['everything else', `${file} (URLs, pids, demo credentials)`],
    ['logs', display(state.logs)],
  ]
  return `
Haven runs (${seconds} s). Ctrl-C stops it; npm start -- --fresh begins anew.

${rows.map(([name, where]) => `  ${(name ?? '').padEnd(17)}${where}`).join('\n')}

Get a token (an hour long; clients: ${Object.keys(run.clients).join(', ')}):

  PARTNER=$(${token('partner', 'gateway')})
  CASEWORKER=$(${token('caseworker', 'intake')})

Three things to try:

  1. what a partner may send, with samples
     curl -s -H "Authorization: Bearer $PARTNER" ${gateway.url}/event-types | jq
  2. send the first sample and see its receipt
     curl -s -H "Authorization: Bearer $PARTNER" ${gateway.url}/event-types | jq '.items[0].sample' \\
       | curl -s -H "Authorization: Bearer $PARTNER" -H 'Content-Type: application/cloudevents+json' --data-binary @- ${gateway.url}/events | jq
  3. read it as the case worker whom it was sent to
     curl -s -H "Authorization: Bearer $CASEWORKER" -H 'Purpose-Of-Use: assistance' ${intake.url}/referrals | jq
`
}
