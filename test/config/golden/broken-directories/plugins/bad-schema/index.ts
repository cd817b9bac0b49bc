// Never loaded.
export default undefined;
