import { addWords } from '../words/words.ts'

/** Words for actors that are no person. */
addWords('actor', {
  zh: {
    system: '系统',
    pbx: '总机',
    exchange: '总机',
    citizen: '市民',
    outside: '外线',
    leader: '班长',
    duty: '值班电话',
    'pbx-lost': '交换机重启',
    nobody: '未登录者',
    integration: '外部系统'
  },
  en: {
    system: 'system',
    pbx: 'exchange',
    exchange: 'exchange',
    citizen: 'citizen',
    outside: 'outside line',
    leader: 'shift leader',
    duty: 'duty telephone',
    'pbx-lost': 'exchange restarted',
    nobody: 'nobody signed in',
    integration: 'outside system'
  }
})
