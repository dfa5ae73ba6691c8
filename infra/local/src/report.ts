import type { RunFile } from './run-file.ts'
import { services } from './services.ts'
import { display, type State } from './state.ts'

/** What is printed once everything runs: where it is, how to get a token, three things to try. */
export function report(run: RunFile, state: State, seconds: string): string {
  const { gateway, intake } = run.services
  const file = display(state.run)
  const token = (client: string, service: string) =>
    `curl -s -u "${client}:$(json .clients.${client}.secret < ${file})" -d grant_type=client_credentials \\\n    -d resource=urn:haven:${service} ${run.tokenEndpoint} | json .access_token`
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

Get a token (it lasts an hour; clients: ${Object.keys(run.clients).join(', ')}):

  json() { node -e "const v = JSON.parse(require('fs').readFileSync(0))$1; console.log(v.trim ? v : JSON.stringify(v, null, 2))"; }
  PARTNER=$(${token('partner', 'gateway')})
  CASEWORKER=$(${token('caseworker', 'intake')})

Three things to try:

  1. what a partner may send, with samples
     curl -s -H "Authorization: Bearer $PARTNER" ${gateway.url}/event-types | json
  2. send the first sample and see its receipt
     curl -s -H "Authorization: Bearer $PARTNER" ${gateway.url}/event-types | json '.items[0].sample' \\
       | curl -s -H "Authorization: Bearer $PARTNER" -H 'Content-Type: application/cloudevents+json' --data-binary @- ${gateway.url}/events | json
  3. read it as the case worker whom it was sent to
     curl -s -H "Authorization: Bearer $CASEWORKER" -H 'Purpose-Of-Use: assistance' ${intake.url}/referrals | json
`
}
