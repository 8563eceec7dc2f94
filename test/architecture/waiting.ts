/**
 * What stands in the product before its user does, and what it waits for. These lists may only shrink: an entry that is no longer
 * needed fails the test, and the bound beside each list is lowered with it.
 */
export const tablesWaiting: Record<string, string> = {
  plan_resource: 'emergency plans in full: resources are entered, shown and counted with the plans',
  return_request: 'figures of returns by unit; until then a return is read from the order\'s timeline'
}
export const mostTablesWaiting = 2

/** Times and sizes that a test shortens; the product runs with what stands at the option itself. */
export const optionsForTests: readonly string[] = [
  'createDatabase.idleInTransactionMs', 'createDatabase.statementMs', 'createPump.longestPauseMs', 'createFeed.pollMs', 'createFeed.keepMs', 'createFeed.keepEvents',
  'createAmiConnection.actionMs', 'createAmiConnection.pingMs', 'createAmiConnection.pingDeadlineMs', 'createAmiConnection.loginMs', 'createAmiConnection.retryMs',
  'createJournal.batch', 'createJournal.pollMs', 'createShipper.pollMs', 'createShipper.rotateBytes', 'createRelay.pollMs', 'createRelay.batch',
  'createWorkers.concurrency', 'createRecordingGuard.freeShare', 'createDirectory.cacheMs', 'createKnowledge.cacheMs', 'createSms.pausesMs', 'createSms.leaseMs',
  'createSpeech.atOnce', 'createSpeech.timeoutMs', 'createFeedClients.gatherMs', 'createFeedClients.resumeLimit', 'createHttpServer.bodyLimit', 'createHttpServer.fileLimit',
  'createService.clock', 'createService.log'
]
export const mostOptionsForTests = 31

/** Options that somebody is about to pass. */
export const optionsWaiting: Record<string, string> = {}
export const mostOptionsWaiting = 0

/** Settings whose effect no test of this name shows yet. */
export const settingsWaiting: Record<string, string> = {
  CENTRE_POLICE: 'one test names CENTRE_TRAFFIC for the four of them',
  CENTRE_FIRE: 'as CENTRE_POLICE',
  CENTRE_AMBULANCE: 'as CENTRE_POLICE',
  OVERFLOW_LEADER: 'a citizen nobody takes, heard at another telephone than the sample\'s',
  OVERFLOW_DUTY: 'as OVERFLOW_LEADER',
  TRUNK_CALLS_PER_SECOND: 'a rate counted on the wire; the rule is shown by numbers in test/features/dialler-placing.test.ts',
  HOTLINE_NUMBER: 'the text to an emergency\'s members names it; no test sets another one',
  CALLBACK_ATTEMPTS: 'shown as an option of the callbacks in test/features/callback-after-answers.test.ts',
  CALLBACK_KEY_SECONDS: 'shown by the variable of the dialplan in test/features/callback-main-path.test.ts',
  PBX_WEBSOCKET_URL: 'shown by the page\'s own telephone in test/desks/phone-over-tls.test.ts, under its option',
  PBX_JOURNAL_FILE: 'a PBX of somebody else\'s, which no test has',
  DATABASE_URL: 'every test runs on it',
  REDIS_URL: 'every test runs on it',
  SPEECH_URL: 'shown as an option of the speech',
  LOG_LEVEL: 'says less or more, changes nothing',
  SWEEP_MS: 'a pace; the journeys run on a shorter one',
  EMERGENCY_SWEEP_MS: 'a pace; the journeys run on a shorter one',
  DEBIAN_MIRROR: 'read while a machine is made ready, without a network in tests',
  XDG_CACHE_HOME: 'read while a machine is made ready'
}
export const mostSettingsWaiting = 19
