export type { Principal } from './principal.ts'
export { createVerifier, type Verifier, type VerifierOptions } from './verifier.ts'
