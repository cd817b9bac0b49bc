// Logins and files name the base URL with or without its version: https://portal.qwen.ai, https://dashscope.aliyuncs.com/compatible-mode/v1.
import { provider } from 'portico';

export default provider(() => ({
  prepare(request) {
    request.path = request.path.replace('/v1/v1/', '/v1/');
  },
}));
