import { setTimeout as pause } from 'node:timers/promises'
import { freeze, thaw } from '../harness/servers/freezing.ts'
import type { Chance } from '../harness/chance.ts'
import type { TestPbx } from '../harness/servers/pbx.ts'
import type { Town } from './town.ts'

/** Something breaks, lasts a while, and is put right. */
export interface Fault {
  name: string
  does: (town: Town, chance: Chance) => Promise<void>
}

const either = ({ pbxs }: Town, chance: Chance): TestPbx => pbxs[chance.happens(0.5) ? 0 : 1]
/** From one second to the given number. */
const lasts = async (chance: Chance, seconds: number): Promise<void> => { await pause(1000 + chance.share() * (seconds - 1) * 1000) }

export const faults: readonly Fault[] = [
  {
    name: 'a PBX is killed',
    async does (town, chance) {
      const pbx = either(town, chance)
      town.deaths.push(new Date())
      await pbx.kill()
      await lasts(chance, 6)
      await pbx.start()
    }
  },
  {
    name: 'a PBX hangs',
    async does (town, chance) {
      const pbx = either(town, chance)
      town.deaths.push(new Date())
      pbx.freeze()
      await lasts(chance, 8)
      pbx.thaw()
    }
  },
  {
    name: 'the service is killed',
    async does ({ stack: { service } }, chance) {
      await service.kill()
      await lasts(chance, 14)
      await service.start()
    }
  },
  {
    name: 'the node processes are killed',
    async does ({ stack: { node } }, chance) {
      await node.kill()
      await lasts(chance, 6)
      await node.start()
    }
  },
  {
    name: 'PostgreSQL is killed',
    async does ({ stack: { postgres } }, chance) {
      await postgres.kill()
      await lasts(chance, 5)
      await postgres.start()
    }
  },
  {
    name: 'PostgreSQL hangs',
    async does ({ stack: { postgres } }, chance) {
      postgres.freeze()
      await lasts(chance, 5)
      postgres.thaw()
    }
  },
  {
    name: 'Redis loses everything',
    async does ({ stack: { redis } }, chance) {
      await redis.kill()
      await lasts(chance, 4)
      await redis.start()
      await redis.flush()
    }
  },
  {
    name: 'the edge is killed',
    async does ({ edge }, chance) {
      await edge.kill()
      await lasts(chance, 4)
      edge.start()
    }
  },
  {
    name: 'the edge is drained and started again',
    async does ({ edge }) {
      await edge.end()
      edge.start()
    }
  },
  {
    name: 'the edge hangs',
    async does ({ edge }, chance) {
      freeze(edge.pid())
      await lasts(chance, 6)
      thaw(edge.pid())
    }
  },
  {
    name: 'the server of the edge is killed',
    async does ({ server }) { await server.restart() }
  }
]
