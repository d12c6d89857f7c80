package journal

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// disk wraps the engine's file system. Without it the engine would end the process,
// on goroutines of its own, when it cannot write its log or its manifest. The first
// failed write makes the journal read-only, and from then on disk changes nothing in
// the journal's folder, which is then as a process killed at that moment leaves it.
// Writes of tables fail; writes of the log and the manifest go to a memory file
// system and seem to succeed, but no commit is acknowledged or published.
type disk struct {
	vfs.FS
	dir     string
	failed  *failure
	closing <-chan struct{}
	nowhere *vfs.MemFS
}

func newDisk(fs vfs.FS, dir string, failed *failure, closing <-chan struct{}) *disk {
	return &disk{FS: fs, dir: dir, failed: failed, closing: closing, nowhere: vfs.NewMem()}
}

// ours reports whether a path is in the journal's folder; those of backups are not.
func (d *disk) ours(path string) bool {
	return path == d.dir || strings.HasPrefix(path, d.dir+string(os.PathSeparator))
}

// frozen reports whether the path must not be changed any more.
func (d *disk) frozen(path string) bool { return d.ours(path) && d.failed.get() != nil }

func isTable(path string) bool {
	return strings.HasSuffix(path, ".sst") || strings.HasSuffix(path, ".blob")
}

// retryPause delays the failure of a table, because the engine retries it at once
// and for ever.
const retryPause = time.Second

func (d *disk) refuseTable() error {
	timer := time.NewTimer(retryPause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-d.closing:
	}
	return d.failed.get()
}

// note makes the journal read-only after an error. It returns the error for tables,
// and nil for files whose errors would end the process.
func (d *disk) note(path string, err error) error {
	if err == nil || !d.ours(path) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist) {
		return err
	}
	d.failed.set(err)
	if isTable(path) {
		return err
	}
	return nil
}

// file opens a file for writing, in memory when the path is frozen.
func (d *disk) file(name string, open func() (vfs.File, error)) (vfs.File, error) {
	if d.frozen(name) && isTable(name) {
		return nil, d.refuseTable()
	}
	if !d.frozen(name) {
		f, err := open()
		if err == nil {
			return &diskFile{File: f, disk: d, name: name}, nil
		}
		if err = d.note(name, err); err != nil {
			return nil, err
		}
	}
	return d.nowhere.Create(d.nowhere.PathBase(name), vfs.WriteCategoryUnspecified)
}

func (d *disk) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return d.file(name, func() (vfs.File, error) { return d.FS.Create(name, c) })
}

func (d *disk) ReuseForWrite(oldname, newname string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return d.file(newname, func() (vfs.File, error) { return d.FS.ReuseForWrite(oldname, newname, c) })
}

func (d *disk) OpenReadWrite(name string, c vfs.DiskWriteCategory, opts ...vfs.OpenOption) (vfs.File, error) {
	return d.file(name, func() (vfs.File, error) { return d.FS.OpenReadWrite(name, c, opts...) })
}

func (d *disk) OpenDir(name string) (vfs.File, error) {
	f, err := d.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return &diskFile{File: f, disk: d, name: name}, nil
}

func (d *disk) change(path string, f func() error) error {
	if d.frozen(path) {
		return nil
	}
	return d.note(path, f())
}

func (d *disk) Link(oldname, newname string) error {
	return d.change(newname, func() error { return d.FS.Link(oldname, newname) })
}

func (d *disk) Remove(name string) error {
	return d.change(name, func() error { return d.FS.Remove(name) })
}

func (d *disk) Rename(oldname, newname string) error {
	return d.change(newname, func() error { return d.FS.Rename(oldname, newname) })
}

// diskFile is an open file or folder of a disk.
type diskFile struct {
	vfs.File
	disk *disk
	name string
}

// change runs a write, unless the path is frozen.
func (f *diskFile) change(do func() error) error {
	if f.disk.frozen(f.name) {
		if isTable(f.name) {
			return f.disk.failed.get()
		}
		return nil
	}
	return f.disk.note(f.name, do())
}

func (f *diskFile) Write(b []byte) (n int, err error) {
	err = f.change(func() error { _, err := f.File.Write(b); return err })
	if err != nil {
		return 0, err
	}
	return len(b), nil
}

func (f *diskFile) WriteAt(b []byte, at int64) (n int, err error) {
	err = f.change(func() error { _, err := f.File.WriteAt(b, at); return err })
	if err != nil {
		return 0, err
	}
	return len(b), nil
}

func (f *diskFile) Preallocate(offset, length int64) error {
	return f.change(func() error { return f.File.Preallocate(offset, length) })
}

func (f *diskFile) Sync() error     { return f.change(f.File.Sync) }
func (f *diskFile) SyncData() error { return f.change(f.File.SyncData) }

func (f *diskFile) SyncTo(length int64) (full bool, err error) {
	err = f.change(func() (err error) { full, err = f.File.SyncTo(length); return err })
	return full, err
}

func (f *diskFile) Close() error { return f.disk.note(f.name, f.File.Close()) }
