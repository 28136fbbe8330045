/** Where the fakes pretend to be. */
export const REGION = 'ap-northeast-1';
export const ACCOUNT = '123456789012';
