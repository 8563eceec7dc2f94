// What is asked of the whole program: the compiler puts it together once for all.
import t from 'tap'
import { nothingWaitsInATransaction } from './nothing-waits-in-a-transaction.ts'
import { optionsArePassed } from './options-are-passed.ts'
import { composed } from './program.ts'
import { statementsStandInStores } from './sql/statements-in-stores.ts'
import { tablesAreUsed } from './sql/tables-are-used.ts'
import { wordsHaveCallers } from './words-have-callers.ts'

const program = composed()

t.test('options are passed', async t => { optionsArePassed(t, program) })
t.test('tables are used', async t => { tablesAreUsed(t, program) })
t.test('nothing waits in a transaction', async t => { nothingWaitsInATransaction(t, program) })
t.test('words have callers', async t => { await wordsHaveCallers(t, program) })
t.test('statements stand in stores', async t => { statementsStandInStores(t, program) })
