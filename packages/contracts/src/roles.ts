/** Roles that a token may carry. A partner is a system; all others are people or act for people. */
export const roles = [
  'partner',
  'caseworker',
  'shelterManager',
  'psychologist',
  'avrrOfficer',
  'trainer',
  'competentAuthority',
  'auditor',
  'dataProtectionOfficer',
  'operator',
] as const

/** One of {@link roles}. */
export type Role = (typeof roles)[number]

/** Says whether a claim's value is a role of this house. */
export const isRole = (value: unknown): value is Role => (roles as readonly unknown[]).includes(value)
