// Errors in the shapes of the three vendors.

export const openai = (message: string, type: string, code: string | null, param: string | null = null) => ({
  error: { message, type, param, code },
});
export const anthropic = (type: string, message: string) => ({
  type: 'error',
  error: { type, message },
  request_id: 'req_1',
});
export const gemini = (code: number, status: string, message: string, details: object[] = []) => ({
  error: { code, message, status, details },
});
