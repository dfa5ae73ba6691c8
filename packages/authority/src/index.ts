export { createAuthority, type Issued, issue } from './authority.ts'
