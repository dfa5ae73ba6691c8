/**
 * Runs both sides of a comparison in turns, each first as often as the other (A B, B A, A B, …), so that neither a machine that warms up nor one
 * that fills up favours one of them.
 * @returns the figures of each side, one a round
 */
export async function alternate(
  rounds: number,
  measured: () => Promise<number>,
  baseline: () => Promise<number>,
): Promise<{ measured: number[]; baseline: number[] }> {
  const figures = { measured: [] as number[], baseline: [] as number[] }
  const sides = [
    async () => void figures.measured.push(await measured()),
    async () => void figures.baseline.push(await baseline()),
  ]
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) await side()
  }
  return figures
}
