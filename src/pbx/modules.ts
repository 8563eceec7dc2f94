/** Asterisk modules the dialplan needs, by purpose; loaded one by one instead of everything there is. */
export const pbxModules: readonly string[] = [
  // telephones
  'res_pjproject', 'res_sorcery_config', 'res_sorcery_memory', 'res_sorcery_astdb', 'res_timing_timerfd', 'res_crypto',
  'res_http_websocket',
  'res_rtp_asterisk', 'res_srtp', 'res_pjsip', 'res_pjsip_session', 'res_pjsip_pubsub', 'res_pjsip_sdp_rtp',
  'res_pjsip_authenticator_digest', 'res_pjsip_outbound_authenticator_digest', 'res_pjsip_endpoint_identifier_ip',
  'res_pjsip_endpoint_identifier_user', 'res_pjsip_registrar', 'res_pjsip_nat', 'res_pjsip_caller_id', 'res_pjsip_header_funcs',
  'res_pjsip_refer', 'res_pjsip_rfc3326', 'res_pjsip_path', 'res_pjsip_acl', 'res_pjsip_logger',
  'res_pjsip_transport_websocket', 'res_pjsip_dlg_options', 'chan_pjsip',
  // sound; all our sound files are WAV, and for each further format the PBX would look for a file before every sentence
  'codec_alaw', 'codec_ulaw', 'codec_resample', 'format_wav', 'res_musiconhold',
  // bridges; not bridge_native_rtp: in a call that is not recorded the citizen heard the greeting and then nothing
  'bridge_simple', 'bridge_softmix', 'bridge_holding', 'bridge_builtin_features',
  // the journal
  'cel_custom', 'res_cdrel_custom',
  // the dialplan
  'pbx_config', 'app_queue', 'app_confbridge', 'app_dial', 'app_playback', 'app_read', 'app_stack', 'app_mixmonitor', 'app_chanspy',
  'app_celgenuserevent', 'app_userevent', 'app_originate',
  'app_playtones', 'app_echo', 'app_exec', 'app_db', 'app_bridgeaddchan', 'app_channelredirect',
  'func_callerid', 'func_channel', 'func_cut', 'func_db', 'func_devstate', 'func_dialplan', 'func_env', 'func_global', 'func_groupcount',
  'func_lock', 'func_logic', 'func_math', 'func_strings', 'func_timeout', 'func_uri', 'func_hangupcause', 'func_volume', 'res_mutestream',
  // for the service's reads and changes at run time
  'res_manager_devicestate', 'app_senddtmf'
]

/**
 * Reads keys sent by SIP INFO, whatever `dtmf_mode` says: a telephone that also sends RFC 4733 would be read twice,
 * as far apart as its key was held. Loaded only for a trunk that sends nothing else.
 */
export const infoKeysModule = 'res_pjsip_dtmf_info'
