declare module 'sns-validator' {
  export default class MessageValidator {
    validate(message: object, done: (error: Error | null, message?: object) => void): void;
  }
}
