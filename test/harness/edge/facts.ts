import { cancelFacts } from './facts/cancelling.ts'
import { dialogFacts } from './facts/in-dialog.ts'
import { linkFacts } from './facts/link.ts'
import { ownFacts } from './facts/own-requests.ts'
import { proxyFacts } from './facts/proxying.ts'
import { silenceFacts } from './facts/silence.ts'
import type { Fact } from './facts/world.ts'

/** What a drachtio-server does that an edge stands on; each line was seen on a real one (`docs/edge-server.md`). */
export const facts: readonly Fact[] = [...linkFacts, ...ownFacts, ...proxyFacts, ...silenceFacts, ...cancelFacts, ...dialogFacts]
