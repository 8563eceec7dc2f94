import type { Database } from '../../../src/db/database.ts'

/**
 * Rows of the journal that fit this condition on `new` never reach the database, as those a full disk did not take.
 * @returns ends it
 */
export async function losesRows (db: Database, condition: string): Promise<() => Promise<void>> {
  await db.query('create or replace function lose_row() returns trigger language plpgsql as $$ begin return null; end $$')
  await db.query(`create or replace trigger lose_row before insert on pbx_journal for each row when (${condition}) execute function lose_row()`)
  return async () => { await db.query('drop trigger lose_row on pbx_journal') }
}
