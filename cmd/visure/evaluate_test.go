package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// evaluatorOf returns the process by which a server evaluates passwords.
func evaluatorOf(t *testing.T, server int) int {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(all) == 0 {
		t.Skip("this system has no /proc")
	}
	for _, path := range all {
		stat, _ := os.ReadFile(path)
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		_, after, _ := bytes.Cut(stat, []byte(") ")) // behind the name
		if parent := bytes.Fields(after); len(parent) > 1 && string(parent[1]) == strconv.Itoa(server) && string(line) == "visure\x00"+evaluateName+"\x00" {
			id, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
	}
	t.Fatal("no process evaluates passwords")
	return 0
}

// aside has connections of its own: a httptest.Server that closes ends those of
// http.DefaultTransport, also where another test is in the middle of a request.
var aside = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}

// signInAs has a password checked over HTTP.
func (o *office) signInAs(ctx context.Context, a account) error {
	body, err := json.Marshal(map[string]string{"accesso": a.Codice, "password": a.Password})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.url+"/api/v1/sessions", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := aside.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("it is answered %s", resp.Status)
	}
	return nil
}

// The process that evaluates passwords yields to all others, knows nothing of the
// server's settings, is replaced when it is killed, and ends with a server that is.
func TestPasswordsAreEvaluatedByAProcessOfTheirOwn(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 50)
	o.start()
	var who account
	for _, u := range o.users {
		who = u.Account
	}
	// Where the other tests leave no processor free, people are asked to come again.
	comesIn := func(ctx context.Context, _ int) (err error) {
		for range 5 {
			if err = o.signInAs(ctx, who); err == nil || !strings.Contains(err.Error(), "503") {
				return err
			}
		}
		return err
	}
	if err := comesIn(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	first := evaluatorOf(t, o.server.Process.Pid)
	environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", first))
	if err != nil || strings.Contains(string(environment), "VISURE") || strings.Contains(string(environment), "PATH") {
		t.Errorf("its environment is %q, %v", environment, err)
	}
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", first))
	if err != nil || len(threads) == 0 {
		t.Errorf("threads %v, %v", threads, err)
	}
	for _, path := range threads {
		stat, _ := os.ReadFile(path)
		_, after, _ := bytes.Cut(stat, []byte(") "))
		if fields := bytes.Fields(after); len(fields) > 16 && string(fields[16]) != "10" {
			t.Errorf("a thread has niceness %s", fields[16])
		}
	}
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	each(t, 5, comesIn)
	second := evaluatorOf(t, o.server.Process.Pid)
	if second == first {
		t.Error("the one that was killed goes on")
	}
	o.kill()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for syscall.Kill(second, 0) == nil {
		if stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", second)); bytes.Contains(stat, []byte(") Z ")) {
			return // nobody here waits for orphans, but it has ended
		}
		select {
		case <-ctx.Done():
			t.Fatal("it goes on without the server")
		case <-time.After(20 * time.Millisecond):
		}
	}
}
