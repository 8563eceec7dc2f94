import type { Database } from '../../../src/db/database.ts'

/**
 * The journal loses these rows from now on, as a full disk does; `which` is a condition on `new`, a row of `pbx_journal`.
 * @returns ends the loss
 */
export async function losingRows (db: Database, which: string): Promise<() => Promise<void>> {
  await db.query('create or replace function lose_row() returns trigger language plpgsql as $$ begin return null; end $$')
  await db.query(`create or replace trigger lose_row before insert on pbx_journal for each row when (${which}) execute function lose_row()`)
  return async () => { await db.query('drop trigger lose_row on pbx_journal') }
}
