export { type ChainHead, entryIn, type Leaf, parseProducer, readLeaf } from './leaf.ts'
export { type ChainMessage, readChainMessage, streamOf } from './message.ts'
export { type ChainRelay, type ChainRelayOptions, type ChainRelayState, startChainRelay } from './relay.ts'
export { type SignedHead, signHead, verifierKey, verifyHead } from './signed-head.ts'
