package main

import (
	"os"
	"os/exec"

	"github.com/visure-anagrafiche/visure/adapters/auth"
)

// evaluateCommand evaluates passwords for the server, which starts it.
type evaluateCommand struct{}

// evaluateName is what the subcommand is called.
const evaluateName = "evaluate-passwords"

// Run ends with the server.
func (evaluateCommand) Run() error { return auth.EvaluatePasswords(os.Stdin, os.Stdout) }

// running is the program's file on Linux, also once another version stands in its
// place.
const running = "/proc/self/exe"

// evaluator is this program, to be started as an evaluateCommand.
func evaluator() *exec.Cmd {
	file := running
	if _, err := os.Stat(file); err != nil {
		file = os.Args[0]
	}
	cmd := exec.Command(file, evaluateName)
	cmd.Args[0] = "visure"
	return cmd
}
