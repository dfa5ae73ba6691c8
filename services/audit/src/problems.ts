import { defineProblems } from '@haven/problem'

/** What only audit answers. */
export const problems = defineProblems({
  'window-too-long': {
    status: 422,
    title: 'Without a subject or an actor at most 31 days are looked through at once',
    remedy: 'Name from and to at most 31 days apart, or filter by subject or actor.',
  },
})
