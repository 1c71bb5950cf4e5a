#![attr]
