import time
def test_p(cli, book):
    t=time.time()
    for i in range(10):
        a = cli("--store", book, "customer", "add", "--kind", "student", "--name", f"王{i}")
        assert a.code==0, a
    print("add", (time.time()-t)/10)
    t=time.time()
    for i in range(10):
        a = cli("--store", book, "customer", "list", "--format", "json")
    print("list", (time.time()-t)/10)
    t=time.time()
    for i in range(10):
        a = cli("--store", book, "report", "portfolio", "--format", "json")
    print("portfolio", (time.time()-t)/10)
    t=time.time()
    for i in range(10):
        a = cli("--store", book, "store", "check")
    print("check", (time.time()-t)/10)
