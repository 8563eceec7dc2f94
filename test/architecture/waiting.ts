/**
 * What stands in the product before its user does, and what it waits for. These lists may only shrink: an entry that is no longer
 * needed fails the test, and the bound beside each list is lowered with it.
 */
export const tablesWaiting: Record<string, string> = {
  plan_resource: 'emergency plans in full: resources are entered, shown and counted with the plans',
  return_request: 'figures of returns by unit; until then a return is read from the order\'s timeline'
}
export const maxTablesWaiting = 2

/** Times and sizes that a test shortens; the product runs with what stands at the option itself. */
export const optionsForTests: readonly string[] = [
  'createDatabase.statementMs', 'createPump.maxPauseMs', 'createFeed.pollMs', 'createFeed.keepMs', 'createFeed.keepEvents',
  'createAmiConnection.actionMs', 'createAmiConnection.pingMs', 'createAmiConnection.silentMs', 'createAmiConnection.loginMs',
  'createAmiConnection.retryMs', 'createJournal.batch', 'createJournal.pollMs', 'createShipper.pollMs', 'createShipper.rotateBytes',
  'createRelay.pollMs', 'createRelay.batch', 'createRecordingGuard.freeShare', 'createDirectory.cacheMs', 'createHttpServer.bodyLimit',
  'createService.clock', 'createService.log'
]
export const maxOptionsForTests = 21

/** Options that somebody is about to pass. */
export const optionsWaiting: Record<string, string> = {}
export const maxOptionsWaiting = 0

/** Settings whose effect no test of this name shows yet. */
export const settingsWaiting: Record<string, string> = {}
export const maxSettingsWaiting = 0
