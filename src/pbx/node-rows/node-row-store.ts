import type { Queryable, Tx } from '../../db/database.ts'
import type { NodeState } from './rules/node-life.ts'

/** A PBX as its row has it; secrets are sealed. */
export interface NodeRow {
  name: string
  state: NodeState
  /** the settings of the service give its addresses */
  fromSettings: boolean
  sip: string
  ami: string
  amiUser: string
  amiSecretSealed: Buffer
  webSocketUrl: string
  /** null: no process stands beside it */
  door: string | null
  doorSecretSealed: Buffer | null
  version: number
  /** null: no person ever changed it */
  changedBy: string | null
  changedAt: Date | null
  /** start of the PBX as last seen, to the second; null: never */
  startedAt: Date | null
}

const columns = `node name, state, from_settings "fromSettings", sip, ami, ami_user "amiUser", ami_secret_sealed "amiSecretSealed",
  web_socket_url "webSocketUrl", door, door_secret_sealed "doorSecretSealed", version, changed_by "changedBy", changed_at "changedAt",
  started_at "startedAt"`

type Stored = Omit<NodeRow, 'sip' | 'ami' | 'amiUser' | 'amiSecretSealed' | 'webSocketUrl'> &
  { [K in 'sip' | 'ami' | 'amiUser' | 'webSocketUrl']: string | null } & { amiSecretSealed: Buffer | null }

/** Those that have addresses, also the removed ones; by name. */
export async function nodeRows (q: Queryable): Promise<NodeRow[]> {
  const rows = await q.query<Stored>(`select ${columns} from pbx_node where sip is not null order by node`)
  // The table has all of them, or none.
  return rows.flatMap(({ sip, ami, amiUser, amiSecretSealed, webSocketUrl, ...row }) =>
    sip === null || ami === null || amiUser === null || amiSecretSealed === null || webSocketUrl === null
      ? []
      : { ...row, sip, ami, amiUser, amiSecretSealed, webSocketUrl })
}

/** The same, and nobody else changes one, or adds one, until the end of this transaction. */
export async function lockNodeRows (tx: Tx): Promise<NodeRow[]> {
  tx.write('select pg_advisory_xact_lock(962000, 4)')
  return await nodeRows(tx)
}

type Addresses = Pick<NodeRow,
  'name' | 'fromSettings' | 'sip' | 'ami' | 'amiUser' | 'amiSecretSealed' | 'webSocketUrl' | 'door' | 'doorSecretSealed'>

/** Writes where a PBX is reached. `by` null: the settings say so, and its state stays as it is; else it is active again. */
export function saveAddresses (tx: Tx, node: Addresses, by: { who: string, at: Date } | null): void {
  const { name, fromSettings, sip, ami, amiUser, amiSecretSealed, webSocketUrl, door, doorSecretSealed } = node
  tx.write(`insert into pbx_node as n (node, from_settings, sip, ami, ami_user, ami_secret_sealed, web_socket_url, door, door_secret_sealed,
      changed_by, changed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (node) do update set from_settings = excluded.from_settings, sip = excluded.sip, ami = excluded.ami,
      ami_user = excluded.ami_user, ami_secret_sealed = excluded.ami_secret_sealed, web_socket_url = excluded.web_socket_url,
      door = excluded.door, door_secret_sealed = excluded.door_secret_sealed, version = n.version + 1,
      state = case when excluded.changed_by is null then n.state else 'active' end,
      changed_by = coalesce(excluded.changed_by, n.changed_by), changed_at = coalesce(excluded.changed_at, n.changed_at)`,
  [name, fromSettings, sip, ami, amiUser, amiSecretSealed, webSocketUrl, door, doorSecretSealed, by?.who ?? null, by?.at ?? null])
}

export function saveState (tx: Tx, name: string, state: NodeState, by: { who: string, at: Date }): void {
  tx.write('update pbx_node set state = $2, version = version + 1, changed_by = $3, changed_at = $4 where node = $1',
    [name, state, by.who, by.at])
}
