import { afterEach, expect, it, vi } from 'vitest'
import { findJava, javaMajor } from './java.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

it.each([
  ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', 17],
  ['openjdk version "21" 2023-09-19', 21],
  ['java version "1.8.0_402"', 8],
  ['openjdk version "24-ea" 2025-03-18', 24],
  ['Picked up JAVA_TOOL_OPTIONS: -Dx\nopenjdk version "11.0.2"', 11],
  ['command not found', undefined],
])('reads the major version of %j', (output, major) => {
  expect(javaMajor(output)).toBe(major)
})

it('a JAVA_HOME without a Java is named with what to do about it', async () => {
  vi.stubEnv('JAVA_HOME', '/nowhere')
  await expect(findJava()).rejects.toMatchObject({
    message: expect.stringContaining('/nowhere/bin/java'),
    remedy: expect.stringMatching(/^JAVA_HOME is \/nowhere: set it to a Java 17 or newer, or unset it\./),
  })
})
