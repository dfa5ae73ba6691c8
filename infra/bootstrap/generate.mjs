// npm run generate: everything that is made from something else, anew.
import { generate } from './generated.mjs'
import { prepare, root } from './project.mjs'

await generate(root, await prepare(), { all: true })
