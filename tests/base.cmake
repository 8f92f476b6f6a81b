foreach(unit arena blob buf err geom hilbert json_write log mem text text_number value when)
  cassini_unit_test(test_${unit} USES base)
endforeach()
