export { judgeLeaf, type Verdict } from './judge-leaf.ts'
export {
  type ChainHead,
  emptyChain,
  formatProducer,
  type Leaf,
  noHash,
  type Producer,
  parseProducer,
  readLeaf,
} from './leaf.ts'
export { type ChainMessage, readChainMessage, streamOf } from './message.ts'
export {
  type ChainRelay,
  type ChainRelayOptions,
  type ChainRelayState,
  defaultBacklogLimits,
  startChainRelay,
} from './relay.ts'
export { type SignedHead, signHead, verifierKey, verifyHead } from './signed-head.ts'
