// npm run generate: everything that is made from something else, anew: Prisma clients and the committed documents.
import { turbo } from './generated.mjs'
import { prepare, root } from './project.mjs'

turbo(root, await prepare(), ['generate', 'documents'])
