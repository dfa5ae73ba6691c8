import { Problem } from '@haven/problem'

// RFC 6750 section 2.1; the scheme's name is case-insensitive (RFC 9110 section 11.1).
const bearer = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i

/** The token of an Authorization header. @throws Problem `token-missing`. */
export function bearerToken(header: string | undefined): string {
  const token = header === undefined ? undefined : bearer.exec(header)?.[1]
  if (token === undefined) throw new Problem('token-missing')
  return token
}
