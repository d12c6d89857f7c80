package main

import (
	"io"
	"os"
	"os/exec"
	"testing"
)

func TestChildrenEndWithABenchThatIsKilled(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	said, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	bench := exec.Command(self)
	bench.Env, bench.Stdout = append(os.Environ(), orphaning+"=1"), to
	err = bench.Start()
	to.Close()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(said, make([]byte, len(saysReady))); err != nil {
		t.Fatal(err)
	}
	if err := bench.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(said); err != nil { // ends when nobody holds it open any more
		t.Error(err)
	}
	_ = bench.Wait() // it was killed
}
