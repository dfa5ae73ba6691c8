import { defineProblems } from '@haven/problem'

/** What only intake answers. The codes of the domain's refusals are these codes. */
export const problems = defineProblems({
  'referral-not-acknowledged': {
    status: 409,
    title: 'The referral is not acknowledged yet',
    remedy: 'Read the referral again in a moment.',
  },
  'referral-already-decided': {
    status: 409,
    title: 'The referral is decided already',
    remedy: 'Read the referral: its state says how it was decided. A decision stands.',
  },
  'referral-already-withdrawn': {
    status: 409,
    title: 'The partner has withdrawn the referral',
    remedy: 'Nothing is left to decide. The partner may refer the person anew under another reference.',
  },
  'redirect-to-itself': {
    status: 422,
    title: 'A referral cannot be redirected to the organisation that has it',
    remedy: 'Name another organisation in to.',
  },
})
