import { addWords } from '../../words/words.ts'

addWords('command', {
  zh: {
    whatHappened: '发生了什么',
    whatHint: '例如：罐车泄漏，气味很大（输入后列出相符的预案）',
    plans: '预案', people: '人', noPlan: '没有相符的预案，可以直接加人拨打', adHoc: '不用预案，临时加人',
    'status.EFFECTIVE': '有效', 'status.REVISING': '修订中', 'status.DRILLED': '已演练未验收', 'status.DRAFT': '草案', 'status.APPROVED': '已批准', notEffective: '此预案尚未生效，请核对成员后再用',
    startWhen: '启动条件', levels: '分级', lastDrill: '上次演练', matched: '相符',
    members: '拨打名单', commander: '指挥', mustAnswer: '必达', noNumber: '没有号码', addPeople: '加人', person: '姓名（通讯录）', orName: '姓名', orNumber: '电话号码', add: '加入', take: '去掉', already: '已在名单',
    start: '启动', title: '事件', place: '地点', level: '响应级别', reason: '启动原因', drill: '演练', real: '实战', mode: '方式', simultaneous: '同时拨打', sequential: '依次拨打',
    titleHint: '将在电话里播报', startNow: '启动拨打', confirmStart: '立即拨打 {{n}} 人？', confirmReal: '这是实战，不是演练。', confirmDrill: '这是演练，电话首尾会播报“演练”。', joined: '别人已经启动了这个事件，已转到它', started: '已启动',
    incidents: '事件', running: '进行中', past: '已结束', none: '还没有事件', back: '返回',
    'state.dialling': '拨打中', 'state.stopped': '已停止拨打', 'state.ended': '已结束',
    'member.waiting': '等待', 'member.ringing': '振铃', 'member.acknowledged': '已确认', 'member.joined': '在会', 'member.cannot-come': '不能来', 'member.unreached': '未接通', 'member.dropped': '掉线',
    all: '全部', speaking: '发言中', muted: '已静音', private: '私下通话', removed: '已移出', skipped: '已跳过', admitted: '口头确认入会', deputyOf: '代 {{name}}', round: '第{{n}}轮', pressed: '刚按 {{key}}', left: '已离会',
    mute: '静音', unmute: '取消静音', remove: '移出', dialAgain: '重拨', dial: '拨打', skip: '跳过', speak: '单独通话', admit: '准其入会', standIn: '找人代替',
    muteAll: '全体静音', unmuteAll: '取消全体静音', muteAllHint: '指挥除外', lock: '锁定会议', unlock: '解锁', record: '录音', stopRecord: '停止录音', stop: '停止拨打', resume: '继续拨打', join: '我入会', privateTalk: '两人私下通话', reunite: '结束私下通话', choose: '选中', chosen: '已选 {{n}} 人', dialChosen: '重拨所选', dialUnreached: '重拨未接通 ({{n}})', end: '结束事件',
    confirmEnd: '结束后所有人离会，不再拨打。', removeWhy: '移出的原因', standInTitle: '请谁代替 {{name}}', pin: '会议密码', byPhone: '回拨 962000 可入会', textBeside: '播报与短信内容', locked: '已锁定', recording: '录音中', mutedAll: '全体静音中', since: '已进行',
    timeline: '经过', report: '处置报告', print: '打印', summary: '结果', reached: '到会', of: '共', took: '用时', startedBy: '启动人', endedBy: '结束人', plan: '预案', name: '姓名', role: '职责', unit: '单位', result: '结果', at: '时间', joinedAt: '入会', leftAt: '离会', numbers: '号码', reportNo: '编号', times: '入会次数', signature: '签字', made: '打印时间', noPhone: '您的账号没有话机，不能入会',
    'e.started': '启动事件', 'e.added': '加入名单', 'e.dialled': '开始拨打', 'e.placed': '外呼', 'e.answered': '接听', 'e.key': '按键', 'e.leg-ended': '本次呼叫结束', 'e.finished': '拨打结束', 'e.entered': '入会', 'e.left': '离会', 'e.no-number': '没有可拨的号码', 'e.number-refused': '号码不能拨打', 'e.unreached': '未接通，建议联系其上级或派人', 'e.deputy-called': '改拨其副手', 'e.deputy-unknown': '副手不在通讯录', 'e.deputy-listed': '副手已在名单', 'e.skipped': '跳过', 'e.reordered': '调整顺序', 'e.stopped': '停止拨打', 'e.resumed': '继续拨打', 'e.muted': '静音', 'e.unmuted': '取消静音', 'e.muted-all': '全体静音', 'e.unmuted-all': '取消全体静音', 'e.removed': '移出会议', 'e.locked': '锁定会议', 'e.unlocked': '解锁', 'e.recording-started': '开始录音', 'e.recording-stopped': '停止录音', 'e.private': '私下通话', 'e.reunited': '回到会议', 'e.chair-rung': '协调员入会', 'e.spoke': '单独通话', 'e.admitted': '口头确认准其入会', 'e.ended': '结束事件',
    'o.confirmed': '已确认', 'o.declined': '不能来', 'o.answered-not-confirmed': '接听未按键', 'o.busy': '忙', 'o.no-answer': '无人接听', 'o.unallocated': '空号', 'o.rejected': '拒接', 'o.congestion': '线路拥塞', 'o.not-placed': '未能呼出', 'o.pbx-lost': '交换机重启', 'o.cancelled': '已取消',
    'r.hangup': '挂机', 'r.kicked': '被移出', 'r.ended': '会议结束', 'r.moved': '换房间', 'r.dtmf': '按键离开', 'r.timeout': '超时', 'r.pbx-lost': '交换机重启', 'r.failed': '失败'
  },
  en: {
    whatHappened: 'What happened',
    whatHint: 'e.g. 罐车泄漏 (fitting plans are listed as you type)',
    plans: 'Plans', people: ' people', noPlan: 'No plan fits; people can be added and dialled without one', adHoc: 'No plan, people added by hand',
    'status.EFFECTIVE': 'Effective', 'status.REVISING': 'Being revised', 'status.DRILLED': 'Drilled, not approved', 'status.DRAFT': 'Draft', 'status.APPROVED': 'Approved', notEffective: 'This plan is not in force: check its members before using it',
    startWhen: 'Starts when', levels: 'Levels', lastDrill: 'Last drill', matched: 'Fits',
    members: 'Who is dialled', commander: 'Commander', mustAnswer: 'Must answer', noNumber: 'No number', addPeople: 'Add people', person: 'Name (directory)', orName: 'Name', orNumber: 'Number', add: 'Add', take: 'Take off', already: 'On the list already',
    start: 'Start', title: 'Event', place: 'Place', level: 'Level', reason: 'Reason for starting', drill: 'Drill', real: 'Real', mode: 'How', simultaneous: 'All at once', sequential: 'In order',
    titleHint: 'It is spoken on the telephone', startNow: 'Start dialling', confirmStart: 'Dial {{n}} people now?', confirmReal: 'This is real, not a drill.', confirmDrill: 'This is a drill; every call says so.', joined: 'Somebody had started this already; here it is', started: 'Started',
    incidents: 'Incidents', running: 'Running', past: 'Ended', none: 'No incidents yet', back: 'Back',
    'state.dialling': 'Dialling', 'state.stopped': 'Dialling stopped', 'state.ended': 'Ended',
    'member.waiting': 'Waiting', 'member.ringing': 'Ringing', 'member.acknowledged': 'Acknowledged', 'member.joined': 'Joined', 'member.cannot-come': 'Cannot come', 'member.unreached': 'Unreached', 'member.dropped': 'Dropped',
    all: 'All', speaking: 'Speaking', muted: 'Muted', private: 'In private', removed: 'Put out', skipped: 'Skipped', admitted: 'Admitted by voice', deputyOf: 'for {{name}}', round: 'round {{n}}', pressed: 'pressed {{key}}', left: 'left',
    mute: 'Mute', unmute: 'Unmute', remove: 'Put out', dialAgain: 'Dial again', dial: 'Dial', skip: 'Skip', speak: 'Speak with', admit: 'Admit', standIn: 'Stand-in',
    muteAll: 'Mute all', unmuteAll: 'Unmute all', muteAllHint: 'but commanders', lock: 'Lock', unlock: 'Unlock', record: 'Record', stopRecord: 'Stop recording', stop: 'Stop dialling', resume: 'Go on dialling', join: 'Join', privateTalk: 'Private talk of two', reunite: 'End private talk', choose: 'Choose', chosen: '{{n}} chosen', dialChosen: 'Dial chosen again', dialUnreached: 'Dial unreached again ({{n}})', end: 'End incident',
    confirmEnd: 'Everybody is let go and nobody is dialled any more.', removeWhy: 'Why is this person put out?', standInTitle: 'Who stands in for {{name}}?', pin: 'PIN', byPhone: 'Ring back 962000 to come in', textBeside: 'Spoken and sent by text', locked: 'Locked', recording: 'Recording', mutedAll: 'All muted', since: 'Running',
    timeline: 'Timeline', report: 'Report', print: 'Print', summary: 'Outcome', reached: 'Joined', of: 'of', took: 'Took', startedBy: 'Started by', endedBy: 'Ended by', plan: 'Plan', name: 'Name', role: 'Role', unit: 'Unit', result: 'Outcome', at: 'At', joinedAt: 'Joined', leftAt: 'Left', numbers: 'Numbers', reportNo: 'No.', times: 'Joins', signature: 'Signature', made: 'Printed', noPhone: 'This login has no telephone',
    'e.started': 'started', 'e.added': 'added to the list', 'e.dialled': 'dialling begins', 'e.placed': 'called', 'e.answered': 'answered', 'e.key': 'pressed', 'e.leg-ended': 'call ended', 'e.finished': 'dialling finished', 'e.entered': 'joined', 'e.left': 'left', 'e.no-number': 'has no number', 'e.number-refused': 'number refused', 'e.unreached': 'not reached: call the superior or send somebody', 'e.deputy-called': 'deputy is dialled', 'e.deputy-unknown': 'deputy is not in the directory', 'e.deputy-listed': 'deputy is on the list already', 'e.skipped': 'skipped', 'e.reordered': 'order changed', 'e.stopped': 'dialling stopped', 'e.resumed': 'dialling goes on', 'e.muted': 'muted', 'e.unmuted': 'unmuted', 'e.muted-all': 'all muted', 'e.unmuted-all': 'all unmuted', 'e.removed': 'put out', 'e.locked': 'locked', 'e.unlocked': 'unlocked', 'e.recording-started': 'recording', 'e.recording-stopped': 'recording stopped', 'e.private': 'private talk', 'e.reunited': 'back in the conference', 'e.chair-rung': 'chair joins', 'e.spoke': 'spoken with alone', 'e.admitted': 'admitted by voice', 'e.ended': 'ended',
    'o.confirmed': 'confirmed', 'o.declined': 'cannot come', 'o.answered-not-confirmed': 'answered, no key', 'o.busy': 'busy', 'o.no-answer': 'no answer', 'o.unallocated': 'no such number', 'o.rejected': 'rejected', 'o.congestion': 'congestion', 'o.not-placed': 'not placed', 'o.pbx-lost': 'exchange restarted', 'o.cancelled': 'cancelled',
    'r.hangup': 'hung up', 'r.kicked': 'put out', 'r.ended': 'conference ended', 'r.moved': 'moved', 'r.dtmf': 'by key', 'r.timeout': 'timed out', 'r.pbx-lost': 'exchange restarted', 'r.failed': 'failed'
  }
})
