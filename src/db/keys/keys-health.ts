import type { HealthCheck } from '../../domain/health-check.ts'
import type { KeyRing } from '../sealing.ts'
import type { KeyFollower } from './key-follower.ts'

/** Whether this process has every data key at hand, which one writes, and whether earlier values are being moved to it. */
export const dataKeysCheck = ({ ring, keys }: { ring: Pick<KeyRing, 'writes'>, keys: Pick<KeyFollower, 'status'> }): HealthCheck => ({
  name: 'data-keys',
  vital: false,
  check: async () => {
    const { lacks, moving } = keys.status()
    return { ok: lacks.length === 0, detail: { writes: ring.writes(), moving: moving || null, lacks: lacks.join(', ') || null } }
  }
})
