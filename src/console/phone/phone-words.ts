import type { Words } from '../words/language.ts'

/** The trade's words for the telephone. */
export const phoneWords: Words = {
  zh: {
    out: '未签入', ready: '示闲', ringing: '振铃', talking: '通话中', 'wrap-up': '整理', paused: '示忙', held: '保持中', consulting: '咨询中', 'three-way': '三方通话',
    signIn: '签入', signOut: '签出', beReady: '示闲', bePaused: '示忙', wrapUp: '整理', answer: '接听', hangUp: '挂断', decline: '拒接', hold: '保持', retrieve: '恢复',
    consult: '咨询', transfer: '转接', complete: '转给对方', threeWay: '三方', dial: '拨号', mute: '静音', unmute: '取消静音', keypad: '按键',
    pauseReason: '示忙原因', 'reason.break': '小休', 'reason.meal': '用餐', 'reason.meeting': '会议', 'reason.training': '培训', 'reason.back-office': '后台处理', 'reason.other': '其他',
    place: '话机', here: '网页话机', desk: '桌面话机', 'other-tab': '话机在另一个页面', none: '无话机', useDesk: '改用桌面话机', useHere: '改用网页话机',
    off: '未注册', connecting: '正在连接话机……', registered: '话机就绪', refused: '话机注册被拒绝，请联系管理员', lost: '话机与交换机断开，正在重连……',
    microphoneRefused: '麦克风被拒绝，无法在网页接听：请在地址栏左侧允许使用麦克风后刷新，或改用桌面话机。',
    otherTab: '话机在本浏览器的另一个页面中，请在那里接听；此处不会抢占。',
    deskRings: '请在桌面话机上接听',
    target: '转到谁', targetHint: '分机（8开头4位）或电话号码', colleagues: '示闲的同事', centres: '紧急中心', transferTo: '直接转接', consultWith: '先咨询',
    wrapUpTitle: '小结：这个电话是什么结果？', wrapUpLeft: '整理时间剩余', 'end.answered': '直接答复', 'end.order': '已建单', 'end.refused': '不予受理', 'end.transferred': '已转接', 'end.silent': '无声电话', 'end.abusive': '骚扰辱骂',
    dispositionSaved: '小结已保存', noPhone: '本账号没有分机', dialHint: '内线分机号', unknownNumber: '未显示号码', citizen: '市民', incoming: '来电', outgoing: '外呼', retry: '重试麦克风'
  },
  en: {
    out: 'Signed out', ready: 'Ready', ringing: 'Ringing', talking: 'Talking', 'wrap-up': 'Wrap-up', paused: 'Paused', held: 'On hold', consulting: 'Consulting', 'three-way': 'Three-way',
    signIn: 'Sign in', signOut: 'Sign out', beReady: 'Ready', bePaused: 'Pause', wrapUp: 'Wrap-up', answer: 'Answer', hangUp: 'Hang up', decline: 'Decline', hold: 'Hold', retrieve: 'Retrieve',
    consult: 'Consult', transfer: 'Transfer', complete: 'Hand over', threeWay: 'Three-way', dial: 'Dial', mute: 'Mute', unmute: 'Unmute', keypad: 'Keypad',
    pauseReason: 'Why paused', 'reason.break': 'Break', 'reason.meal': 'Meal', 'reason.meeting': 'Meeting', 'reason.training': 'Training', 'reason.back-office': 'Back office', 'reason.other': 'Other',
    place: 'Telephone', here: 'In this page', desk: 'On the desk', 'other-tab': 'In another tab', none: 'No telephone', useDesk: 'Use the desk telephone', useHere: 'Use this page',
    off: 'Not registered', connecting: 'Connecting the telephone…', registered: 'Telephone ready', refused: 'The exchange refused this telephone; please ask an administrator', lost: 'Telephone disconnected, reconnecting…',
    microphoneRefused: 'The microphone was refused: calls cannot be answered in the page. Allow it beside the address and reload, or use the desk telephone.',
    otherTab: 'The telephone is in another tab of this browser; answer there. This page does not take it away.',
    deskRings: 'Answer on the desk telephone',
    target: 'To whom', targetHint: 'Extension (8xxx) or telephone number', colleagues: 'Colleagues who are ready', centres: 'Emergency centres', transferTo: 'Transfer now', consultWith: 'Consult first',
    wrapUpTitle: 'Wrap-up: what became of the call?', wrapUpLeft: 'Wrap-up time left', 'end.answered': 'Answered', 'end.order': 'Order filed', 'end.refused': 'Refused', 'end.transferred': 'Transferred', 'end.silent': 'Silent', 'end.abusive': 'Abusive',
    dispositionSaved: 'Kept', noPhone: 'This login has no extension', dialHint: 'Extension', unknownNumber: 'Number withheld', citizen: 'Citizen', incoming: 'Incoming', outgoing: 'Outgoing', retry: 'Try the microphone again'
  }
}
