import { addWords } from '../../../words/words.ts'

/** Calendar years and place names. */
addWords('admin', {
  zh: {
    yearOf: '年份',
    notEntered: '尚未录入',
    edition: '第{{n}}版',
    dayLines: '每行一天：日期、休或班、名称',
    fillPublished: '按国务院公布的填入',
    notPublished: '本系统没有这一年的公布数据，请按通知录入',
    readFile: '从文件读入',
    badLine: '第{{n}}行看不懂：{{line}}',
    enterYear: '保存为新版本',
    overtaken: '别人刚录入了第{{n}}版，请对照后决定',
    keptNote: '修改后成为新版本：已算出的时限不变；等这一年的时限会重算。',
    placeName: '地名',
    town: '街镇',
    placeLines: '每行一个：地名、街镇编号或名称，可加经度、纬度（WGS-84）',
    importPlaces: '导入',
    imported: '新增 {{added}} 个，更新坐标 {{moved}} 个，已有 {{known}} 个',
    onMap: '坐标',
    'placeKind.road': '道路',
    'placeKind.estate': '小区、地块',
    'placeKind.committee': '居村委',
    remove: '删除'
  },
  en: {
    yearOf: 'Year',
    notEntered: 'not entered yet',
    edition: 'edition {{n}}',
    dayLines: 'One day a line: date, 休 (free) or 班 (worked), name',
    fillPublished: 'Fill in as published',
    notPublished: 'This system does not have the published days of this year; enter them from the notice',
    readFile: 'From a file',
    badLine: 'Line {{n}} cannot be read: {{line}}',
    enterYear: 'Save as a new edition',
    overtaken: 'Somebody has just entered edition {{n}}; compare and decide',
    keptNote: 'A change is a new edition: calculated deadlines stay; those that wait for this year are calculated again.',
    placeName: 'Place name',
    town: 'Town',
    placeLines: 'One place a line: name, the town\'s id or name, and where known longitude and latitude (WGS-84)',
    importPlaces: 'Import',
    imported: '{{added}} added, {{moved}} with another place on the map, {{known}} already there',
    onMap: 'Coordinates',
    'placeKind.road': 'road',
    'placeKind.estate': 'estate',
    'placeKind.committee': 'committee',
    remove: 'Remove'
  }
})
