/** What makes a JSON text unacceptable although a parser would take it. */
export type JsonFlaw = 'too-deep' | 'repeated-key'

/**
 * Looks through a JSON text once, before it is parsed: nesting beyond `maxDepth` (a scalar has depth 0), or an object that names a
 * key twice (RFC 7493 section 2.3: receivers would disagree on what was said). Text that is no JSON passes, the parser refuses it.
 */
export function jsonFlaw(text: string, maxDepth: number): JsonFlaw | undefined {
  // For each open object the keys seen so far, for each open array nothing.
  const open: (Set<string> | undefined)[] = []
  let keyNext = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '"') {
      const end = endOfString(text, at)
      if (keyNext && addKey(open.at(-1), text.slice(at, end + 1)) === 'repeated') return 'repeated-key'
      keyNext = false
      at = end
    } else if (char === '{' || char === '[') {
      open.push(char === '{' ? new Set() : undefined)
      keyNext = char === '{'
      if (open.length > maxDepth) return 'too-deep'
    } else if (char === '}' || char === ']') {
      open.pop()
      keyNext = false
    } else if (char === ',') {
      keyNext = open.at(-1) !== undefined
    }
  }
  return undefined
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return text.length
}

function addKey(keys: Set<string> | undefined, quoted: string): 'repeated' | 'new' {
  if (!keys) return 'new'
  const key = quoted.includes('\\') ? unescaped(quoted) : quoted
  if (keys.has(key)) return 'repeated'
  keys.add(key)
  return 'new'
}

// "a" and "\u0061" are one key.
function unescaped(quoted: string): string {
  try {
    return JSON.stringify(JSON.parse(quoted))
  } catch {
    return quoted
  }
}
