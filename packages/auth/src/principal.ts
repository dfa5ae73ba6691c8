import type { Role } from '@haven/contracts'

/** Who asks, as the identity provider vouches for it. Holds no name and no token. */
export interface Principal {
  /** A person's session or a program with credentials of its own. */
  readonly kind: 'client' | 'person'
  readonly subject: string
  readonly clientId: string
  /** The organisation on whose behalf they act; relations are judged by it. */
  readonly organisation: string
  /** Known roles only: what the identity provider says beyond them grants nothing. */
  readonly roles: readonly Role[]
  /** How strongly the person was authenticated (OpenID Connect `acr`). */
  readonly acr?: string
  /** True for the demo's credentials, which a production service refuses. */
  readonly demo: boolean
  /** The token's `jti`; goes into records only as a hash. */
  readonly tokenId: string
}
