import { fileURLToPath } from 'node:url'

export { blindIndex, blindIndexVersion, hmac } from './hmac.ts'
export { type InitKeysResult, initKeys } from './init-keys.ts'
export { openFor, sealFor } from './jwe.ts'
export { type Jwk, type Jwks, readJwks } from './jwks.ts'
export { normaliseIdentifier, normaliseName, normalisePhone } from './normalise.ts'
export { readSigningKey, readVerificationKeys, type SigningKey } from './signing-key.ts'
export { createSubjectVault, type JsonObject, type SealedValue, type SubjectVault } from './subject-vault.ts'
export { readSymmetricKey, type SymmetricKey } from './symmetric-key.ts'
export { VaultError, type VaultErrorCode } from './vault-error.ts'

/** Migrations of the database `keys`, for `migrate({ sources: [vaultMigrations] })`. */
export const vaultMigrations = { name: 'vault', directory: fileURLToPath(new URL('../migrations', import.meta.url)) }
