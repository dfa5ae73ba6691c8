/** What filters there are, under the help of every command that takes them. */
export const filterHelp = `
Filters narrow the answer and are written key:value; all given ones hold together:
  outcome:denied                     success, denied or failure
  actor:<id>                         who looked, as tokens name them
  subject:<surrogate>                whom it was about
  action:referral.list               what was done
  organisation:"Harbour House"       of whoever looked
  role:caseworker purpose:assistance class:data-access reason:not-found ip:192.0.2.1
  request:<id> trace:<id>            one request; all that came of one cause
  from:2026-05-01 to:2026-05-02T12:00Z  times in UTC; to itself is not included
Without a subject or an actor the last 31 days are looked through.`
