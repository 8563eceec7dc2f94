import type { Database } from '../../../src/db/database.ts'

/**
 * Rows of the journal that fit this condition on `new` never reach the database, as those a full disk did not take.
 * @returns ends it
 */
export async function losesRows (db: Database, condition: string): Promise<() => Promise<void>> {
  await db.query('create or replace function lose_row() returns trigger language plpgsql as $$ begin return null; end $$')
  await db.query(`create or replace trigger lose_row before insert on pbx_journal
    for each row when (${condition}) execute function lose_row()`)
  return async () => { await db.query('drop trigger lose_row on pbx_journal') }
}

/**
 * Rows that fit this condition come without the name of their room, so that they are parked.
 * @returns ends it
 */
export async function damagesRows (db: Database, condition: string): Promise<() => Promise<void>> {
  await db.query(`create or replace function damage_row() returns trigger language plpgsql as
    $$ begin new.extra := replace(new.extra, 'room=', 'rxxm='); return new; end $$`)
  await db.query(`create trigger damage_row before insert on pbx_journal for each row when (${condition}) execute function damage_row()`)
  return async () => { await db.query('drop trigger damage_row on pbx_journal') }
}
