package main

import (
	"errors"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// eventstoreCommand runs the embedded event store as a server of its own, or looks
// after its folder: under the server's --data that is "events". All but serve,
// restore and import work whether or not a process has the folder open.
type eventstoreCommand struct {
	Serve    eventstoreServe    `cmd:"" help:"Serve a folder to clients of EventStoreDB."`
	Verify   eventstoreVerify   `cmd:"" help:"Read and compare everything; name the first fault."`
	Backup   eventstoreBackup   `cmd:"" help:"Copy the store, as it is at one moment, into a new folder."`
	Restore  eventstoreRestore  `cmd:"" help:"Make a store of a backup that is found sound."`
	Export   eventstoreExport   `cmd:"" help:"Write every event and every group as lines of JSON."`
	Import   eventstoreImport   `cmd:"" help:"Make a store of an export: same positions, ids and times."`
	Scavenge eventstoreScavenge `cmd:"" help:"Remove for ever what was truncated, aged or deleted."`
	Stats    eventstoreStats    `cmd:"" help:"Count events and streams by category, and say how far groups are."`
}

// folder is where a store is.
type folder struct {
	Data string `help:"Folder of the event store." required:"" type:"path" placeholder:"DIR"`
}

// keep calls f with the data of the folder, or with the node that has it open.
func (f folder) keep(readOnly bool, do func(node.Keeper) error) error {
	k, err := node.Keep(f.Data, readOnly)
	if err != nil {
		return err
	}
	return errors.Join(do(k), k.Close())
}
