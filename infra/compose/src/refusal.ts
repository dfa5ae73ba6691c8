/** What the person at the keyboard can do something about: one sentence with the remedy. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}
