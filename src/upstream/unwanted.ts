// Why an exchange is broken off that was sound: another one answered first.

export class Unwanted extends Error {
  constructor() {
    super('Another answer was taken.');
    this.name = 'Unwanted';
  }
}
