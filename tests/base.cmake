foreach(unit arena blob buf err geom gzip hilbert json_read json_write log mem source spool text text_number
        value when)
  cassini_unit_test(test_${unit} USES base)
endforeach()
